import { buildAssets } from '../../../scripts/assets.ts'

/** Builds the assets before all tests. */
export default buildAssets
