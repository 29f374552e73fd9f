import { Stop } from './command.ts'
import { wrangler } from './wrangler.ts'

/** Cloudflare's codes for errors of R2: https://developers.cloudflare.com/r2/api/error-codes */
const NOT_SWITCHED_ON = /\[code: 10042\]/
const EXISTS = /\[code: (10004|10073)\]|already exists/

const help = `The R2 bucket for files could not be made. Wrangler's message is above.
An API token needs the permission to edit Workers R2 Storage. To deploy without files, write bucket_name = "" into settings.toml.`

export const SWITCHED_OFF = `
R2 is not switched on in your Cloudflare account, so the Worker is deployed without files: people can send text only.
To offer files, switch R2 on in Cloudflare's dashboard, which asks for a payment card, and run \`npm run deploy\` again.
If you want no files, write bucket_name = "" into settings.toml.
`

/** Makes a bucket of R2, if the account has none of that name. Throws a `Stop` if Cloudflare refuses for another reason than that R2 is off. */
export const makeBucket = async (name: string): Promise<'made' | 'there' | 'off'> => {
  const { code, stderr } = await wrangler(['r2', 'bucket', 'create', name], {
    output: 'return',
    hidesErrors: true,
  })
  if (code === 0) return 'made'
  if (NOT_SWITCHED_ON.test(stderr)) return 'off'
  if (EXISTS.test(stderr)) return 'there'
  throw new Stop(`${stderr.trim()}\n\n${help}`)
}
