import { observed } from '../observed.ts'
import plain from '../plain.ts'

export default observed(plain)
