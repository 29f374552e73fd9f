CREATE TABLE `listeners` (
	`user_id` integer NOT NULL,
	`room_key` text NOT NULL,
	PRIMARY KEY(`user_id`, `room_key`)
) WITHOUT ROWID;
