const clauses = [
  'with recursive',
  'select',
  'from',
  'left join',
  'inner join',
  'join',
  'where',
  'order by',
  'limit',
  'union all',
  'insert into',
  'on conflict',
  'set',
  'returning',
  'update',
  'delete from',
  'when',
]
const clause = new RegExp(`(?:^|(?<=[ (]))(?=(?:${clauses.join('|')})\\b)(?<!left |inner |do )`, 'i')

/** Finds what `authorize()` makes. */
const authorization = /\( ?select \*, case .*? as refusal .*?\) ?\) as auth/g

const words = 'and|as|by|exists|from|in|join|not|or|select|set|then|values|when|where'
/** Matches a text, or where a statement that was sent has no space. */
const dense = new RegExp(
  `('(?:[^']|'')*')|((?:\\b(?:${words})|")(?=[(*]))|(\\)(?=[\\w?"'])|\\*(?=from)|,)|(->>|\\|\\||<>|<=|>=|[=<>+]|(?<=\\d)\\*|\\*(?=\\d)|(?<=[\\w?)])-)`,
  'g',
)

/** Puts the spaces back that `compact` took away. */
const spaced = (sql: string): string =>
  sql
    .replace(dense, (match, text?: string, before?: string, after?: string) => {
      if (text !== undefined) return text
      return before !== undefined || after !== undefined ? `${match} ` : ` ${match} `
    })
    .replace(/\s+/g, ' ')

/**
 * Formats statements for people to compare: each clause on a line of its own, indented by the parentheses around it. The SQL of
 * `authorize()` is in almost every statement, so its repetitions are left out.
 */
export const formatStatements = (statements: string[]): string => {
  const known = new Set<string>()
  const short = statements.map((sql) =>
    spaced(sql)
      .trim()
      .replace(authorization, (auth) => {
        if (known.has(auth)) return '( … as above ) as auth'
        known.add(auth)
        return auth
      }),
  )
  return `${[...new Set(short)].map(formatStatement).join(';\n\n')};\n`
}

const formatStatement = (sql: string): string => {
  const lines: string[] = []
  let depth = 0
  for (const part of sql.split(clause)) {
    lines.push('  '.repeat(depth) + part.trim())
    depth += part.split('(').length - part.split(')').length
  }
  return lines.join('\n')
}
