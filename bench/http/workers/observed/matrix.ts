import matrix from '../matrix.ts'
import { observed } from '../observed.ts'

export default observed(matrix)
