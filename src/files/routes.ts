import { type Context, Hono } from 'hono'
import { writeRequest } from '../auth/credential'
import { chatroomParams, fileParams, fileQuery, uploadHeaders, uploadQuery } from '../contract'
import type { Env } from '../env'
import { Problem } from '../http/problem'
import { valid } from '../http/validate'
import { bucketOf } from './bucket'
import { fileViews } from './links'
import { answerFile } from './read-file'
import { linksFor } from './request-links'
import { lengthOf, upload } from './upload'

/** Throws a 415 problem for a form, which has more than the bytes of a file. */
const refuseForm = (c: Context<Env>): void => {
  if (!/^multipart\/form-data\b/i.test(c.req.header('Content-Type') ?? '')) return
  throw new Problem(
    'unsupported-media-type',
    'The body is a form. Send the bytes of the file themselves: `body: file` in fetch, or `--data-binary @photo.jpg` in curl.',
  )
}

/** `/chatroom/:name/file`. */
export const files = new Hono<Env>().post(
  '/file',
  valid('param', chatroomParams),
  valid('query', uploadQuery, { actor: true }),
  valid('header', uploadHeaders),
  async (c) => {
    bucketOf(c.env)
    refuseForm(c)
    const { name, userName } = c.req.valid('query')
    const { 'Idempotency-Key': idempotencyKey } = c.req.valid('header')
    const bytes = lengthOf(c)
    const request = await writeRequest(c, c.req.valid('param').name, userName)
    const given = { name: name.name, bytes, idempotencyKey }
    const { file, replayed } = await upload(c, request, given, userName?.key)
    if (replayed) c.header('Idempotent-Replayed', 'true')
    const [view] = fileViews([file], await linksFor(c, [{ files: [file] }]))
    if (!view) throw new Error('a file has one view')
    return c.json(view, 201, { Location: `/file/${file.id}/${encodeURIComponent(file.name)}` })
  },
)

/** `/file/:id/:fileName`, which asks no database. */
export const fileReads = new Hono<Env>().get(
  '/:id/:fileName',
  valid('param', fileParams),
  valid('query', fileQuery),
  (c) => answerFile(c, { ...c.req.valid('param'), ...c.req.valid('query') }),
)
