CREATE TABLE `versions` (
	`subject` text PRIMARY KEY NOT NULL,
	`version` text NOT NULL
) WITHOUT ROWID;
