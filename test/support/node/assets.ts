import { buildAssets } from '../../../scripts/assets.ts'

/** Before all tests: what the Worker serves to browsers. */
export default buildAssets
