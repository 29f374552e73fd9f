import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

// The tables of imports. `schema.ts` has the others.

/** Imports of a file: how far each one is. The sweep removes a row 30 days after the last request. */
export const imports = sqliteTable('imports', {
  /** The id that the sender made from the file. */
  id: text().primaryKey(),
  /** The lines that are stored. */
  lines: integer().notNull(),
  /** The instance was empty, so that ids stay as they are in the file. */
  keepsIds: integer('keeps_ids', { mode: 'boolean' }).notNull(),
  /** The place in the file, as JSON: see `Place`. */
  state: text().notNull(),
  updatedAt: integer('updated_at').notNull(),
  /** When the line `end` was stored. */
  finishedAt: integer('finished_at'),
})

/** The ids of an import's people and rooms in the file and here. */
export const importIds = sqliteTable(
  'import_ids',
  {
    importId: text('import_id').notNull(),
    /**
     * `merged`: a user who was here already. `erasure`: not an id, but when the erasure of the user began. It goes on after the import.
     */
    kind: text({ enum: ['user', 'merged', 'room', 'erasure'] }).notNull(),
    oldId: integer('old_id').notNull(),
    newId: integer('new_id').notNull(),
    /** The new name. Null where it stayed. */
    name: text(),
    /** The row of a room as JSON, which is stored when the import ends. */
    room: text(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.kind, t.oldId] })],
)
