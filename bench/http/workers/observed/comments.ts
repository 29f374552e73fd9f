import comments from '../comments.ts'
import { observed } from '../observed.ts'

export default observed(comments)
