import { ParlourCount } from './count/parlour-count.ts'

// A page may load this twice.
if (!customElements.get('parlour-count')) customElements.define('parlour-count', ParlourCount)
