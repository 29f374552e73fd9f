import parlour from '../../../src'
import { observed } from './observed.ts'

export { Hub, Meter } from '../../../src'

/** Parlour, with a D1 that is far away and tells what it is asked. */
export default observed(parlour)
