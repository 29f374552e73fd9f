import parlour from '../../../src/index'
import { observed } from './observed.ts'

export { Hub, Meter } from '../../../src/index'

/** Parlour, with a D1 that is far away and tells what it is asked. */
export default observed(parlour)
