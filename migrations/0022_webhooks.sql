CREATE TABLE `webhook_cursors` (
	`webhook_id` integer NOT NULL,
	`stream` text NOT NULL,
	`room_id` integer NOT NULL,
	`since` integer NOT NULL,
	`place` integer NOT NULL,
	PRIMARY KEY(`webhook_id`, `stream`, `room_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `webhook_cursors_room` ON `webhook_cursors` (`room_id`);--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` integer PRIMARY KEY NOT NULL,
	`room_id` integer NOT NULL,
	`url` text NOT NULL,
	`events` text NOT NULL,
	`format` text NOT NULL,
	`secret` text NOT NULL,
	`old_secret` text,
	`old_secret_until` integer,
	`since` text NOT NULL,
	`created_at` integer NOT NULL,
	`stopped` text,
	`stopped_at` integer,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE INDEX `webhooks_room` ON `webhooks` (`room_id`);