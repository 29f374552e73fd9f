/** The part that shows files. */
export type FilesPart = InstanceType<typeof import('./files.ts').FilesView>
