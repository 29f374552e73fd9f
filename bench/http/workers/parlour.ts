import parlour from '../../../src'
import { observed } from './observed.ts'

export { Hub, Meter } from '../../../src'

/** Parlour with a D1 that is delayed and recorded. */
export default observed(parlour)
