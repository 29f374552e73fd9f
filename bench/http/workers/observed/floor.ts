import floor from '../../floor/floor.ts'
import { observed } from '../observed.ts'

export { Hub } from '../../floor/floor.ts'

export default observed(floor)
