/** `npm run convert -- FORMAT FILE…` writes what other software exported in the format of Parlour's own export: docs/data.md. */
import { createWriteStream, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { command, expectFile, reason, Stop, userPath } from './command.ts'
import { Archive } from './convert/archive.ts'
import { convertDiscord } from './convert/discord.ts'
import { convertDisqus } from './convert/disqus.ts'
import { convertIrc } from './convert/irc.ts'
import { linesOf } from './convert/lines.ts'
import { convertSlack } from './convert/slack.ts'
import { summarise } from './convert/summary.ts'

const usage = `npm run convert -- slack FILE.zip   | discord FILE.json… | disqus FILE.xml | irc FILE…   [options]

Writes the rooms, people and messages of another service as NDJSON, for \`npm run import\`. The summary tells what was made of names, and
what can't be taken.

  slack      the zip that Slack exports: the public channels
  discord    files of DiscordChatExporter in its JSON format, each with a channel or a part of one
  disqus     the XML that Disqus exports: each page becomes the room that <parlour-room> opens on it
  irc        logs in the format of irclogs.ubuntu.com, each with a day of a channel

  --output FILE   write to this file instead of the standard output
  --report FILE   write the whole summary to this file, with each attachment
  --room NAME     irc: the room of all messages, instead of their channels
  --help          this text`

const formats = ['slack', 'discord', 'disqus', 'irc'] as const
type Format = (typeof formats)[number]
const isFormat = (text: string): text is Format => formats.some((format) => format === text)

const readOptions = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      output: { type: 'string' },
      report: { type: 'string' },
      room: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [format = '', ...files] = positionals
  return {
    ...values,
    format,
    files: files.map((file) => userPath(file)),
    output: values.output === undefined ? undefined : userPath(values.output),
    report: values.report === undefined ? undefined : userPath(values.report),
  }
}

const convert = async (format: Format, files: string[], room: string | undefined): Promise<Archive> => {
  const archive = new Archive()
  switch (format) {
    case 'slack':
      await convertSlack(files, archive)
      break
    case 'discord':
      convertDiscord(files, archive)
      break
    case 'disqus':
      await convertDisqus(files, archive)
      break
    case 'irc':
      convertIrc(files, archive, room)
      break
  }
  return archive
}

/** Joins lines, so that there are not as many writes as lines. */
function* chunksOf(lines: Iterable<object>): Generator<string> {
  let chunk = ''
  for (const line of lines) {
    chunk += `${JSON.stringify(line)}\n`
    if (chunk.length < 65_536) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}

const write = async (archive: Archive, output: string | undefined): Promise<void> => {
  const target = output === undefined ? process.stdout : createWriteStream(output)
  await pipeline(Readable.from(chunksOf(linesOf(archive))), target).catch((error: unknown) => {
    throw new Stop(`Could not write ${output ?? 'to the standard output'}: ${reason(error)}`)
  })
}

await command(usage, async () => {
  const { format, files, output, report, room, help } = readOptions()
  if (help || !isFormat(format) || files.length === 0) {
    if (!help && format !== '')
      console.error(
        isFormat(format) ? `Name a file to convert.\n` : `"${format}" is none of ${formats.join(', ')}.\n`,
      )
    console.log(usage)
    return help ? 0 : 2
  }
  if ((format === 'slack' || format === 'disqus') && files.length > 1)
    throw new Stop(`${format} takes one file, not ${files.length}. Convert them one after the other.`)
  if (output !== undefined && files.includes(output))
    throw new Stop(`--output ${output} would overwrite the file that is converted.`)
  if (room !== undefined && format !== 'irc')
    throw new Stop(`--room is for irc. The rooms of ${format} have the names of its channels or pages.`)
  for (const file of files) expectFile(file)
  const archive = await convert(format, files, room)
  await write(archive, output)
  if (report !== undefined) writeFileSync(report, `${summarise(archive, true)}\n`)
  console.error(summarise(archive))
  return 0
})
