ALTER TABLE `changes` ADD `empty_numbers` integer;--> statement-breakpoint
ALTER TABLE `rooms` ADD `empty_numbers` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `rooms` SET `empty_numbers` = max(
  ifnull((SELECT max(`seq`) FROM `messages` WHERE `room_id` = `rooms`.`id`), 0),
  ifnull((SELECT max(`seq`) FROM `changes` WHERE `room_id` = `rooms`.`id`), 0)
) - (SELECT count(*) FROM `messages` WHERE `room_id` = `rooms`.`id` AND `text` IS NOT NULL);--> statement-breakpoint
UPDATE `changes` SET `empty_numbers` = 0 WHERE `seq` = (
  SELECT max(`seq`) FROM `changes` AS `newest` WHERE `newest`.`room_id` = `changes`.`room_id`
);
