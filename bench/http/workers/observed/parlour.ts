import parlour from '../../../../src'
import { observed } from '../observed.ts'

export { Hub, Meter } from '../../../../src'

export default observed(parlour)
