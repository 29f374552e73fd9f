CREATE TABLE `deleted_rooms` (
	`id` integer PRIMARY KEY NOT NULL,
	`name_key` text,
	`deleted_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `erasures` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`step` text NOT NULL,
	`place` text NOT NULL,
	`started_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sweeps` (
	`name` text PRIMARY KEY NOT NULL,
	`place` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `rooms` ADD `first_seq` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `retention_days` integer;--> statement-breakpoint
CREATE INDEX `rooms_retention` ON `rooms` (`retention_days`) WHERE retention_days is not null;--> statement-breakpoint
CREATE INDEX `sanctions_until` ON `sanctions` (`until`) WHERE until is not null;--> statement-breakpoint
WITH RECURSIVE `used`(`id`) AS (
	SELECT min(`room_id`) FROM `messages`
	UNION ALL
	SELECT (SELECT min(`room_id`) FROM `messages` WHERE `room_id` > `used`.`id`) FROM `used` WHERE `id` IS NOT NULL
), `joined`(`id`) AS (
	SELECT min(`room_id`) FROM `members`
	UNION ALL
	SELECT (SELECT min(`room_id`) FROM `members` WHERE `room_id` > `joined`.`id`) FROM `joined` WHERE `id` IS NOT NULL
)
INSERT INTO `deleted_rooms` (`id`, `deleted_at`)
SELECT `id`, 0 FROM (SELECT `id` FROM `used` UNION SELECT `id` FROM `joined`)
WHERE `id` IS NOT NULL AND `id` NOT IN (SELECT `id` FROM `rooms`);
