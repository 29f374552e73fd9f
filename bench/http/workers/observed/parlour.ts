import parlour from '../../../../src'
import { observed } from '../observed.ts'

export * from '../../../../src'

export default observed(parlour)
