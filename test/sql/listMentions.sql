select "id", "name", "avatar", "protected", "site_role", "created_at", "name_key"
from "users"
where users.token_hash = ?;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and target = messages.seq and reaction = key and user_id = (
    select id
    from users
    where users.token_hash = ?)) as "own_reactions", mentions.created_at as "mentioned_at", mentions.room_id as "mention_room_id", mentions.seq as "mention_seq", rooms.name as "room_name", "rooms"."readers", "rooms"."posters", iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) as "caller_role", (target.site_role is null and (target.banned_until > ? or owner_id is not target.id and exists (
      select 1
      from (
        select kind, until
        from sanctions
        where room_id = rooms.id and user_id = target.id
        union all
        select kind, until
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = target.name_key
        union all
        select kind, until
        from sanctions indexed by sanctions_subject
        where room_id = rooms.id and subject = target.subject)
      where kind = 'ban' and ifnull(until > ?, true)))) as "banned"
from "mentions"
inner join "users" as target on target.id = mentions.user_id
left join "rooms" on "rooms"."id" = "mentions"."room_id"
left join "messages" on messages.room_id = mentions.room_id and messages.seq = mentions.seq
left join "users" on "users"."id" = "messages"."author_id"
left join members on members.user_id = mentions.user_id and members.room_id = mentions.room_id
where mentions.user_id = (
  select id
  from users
  where users.token_hash = ?) and true
order by mentions.created_at desc, mentions.room_id desc, mentions.seq desc
limit ?;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and target = messages.seq and reaction = key and user_id = (
    select id
    from users
    where users.token_hash = ?)) as "own_reactions", mentions.created_at as "mentioned_at", mentions.room_id as "mention_room_id", mentions.seq as "mention_seq", rooms.name as "room_name", "rooms"."readers", "rooms"."posters", iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) as "caller_role", (target.site_role is null and (target.banned_until > ? or owner_id is not target.id and exists (
      select 1
      from (
        select kind, until
        from sanctions
        where room_id = rooms.id and user_id = target.id
        union all
        select kind, until
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = target.name_key
        union all
        select kind, until
        from sanctions indexed by sanctions_subject
        where room_id = rooms.id and subject = target.subject)
      where kind = 'ban' and ifnull(until > ?, true)))) as "banned"
from "mentions"
inner join "users" as target on target.id = mentions.user_id
left join "rooms" on "rooms"."id" = "mentions"."room_id"
left join "messages" on messages.room_id = mentions.room_id and messages.seq = mentions.seq
left join "users" on "users"."id" = "messages"."author_id"
left join members on members.user_id = mentions.user_id and members.room_id = mentions.room_id
where mentions.user_id = (
  select id
  from users
  where users.token_hash = ?) and (mentions.created_at, mentions.room_id, mentions.seq) < (?, ?, ?)
order by mentions.created_at desc, mentions.room_id desc, mentions.seq desc
limit ?;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and target = messages.seq and reaction = key and user_id = (
    select id
    from users
    where users.token_hash = ?)) as "own_reactions", mentions.created_at as "mentioned_at", mentions.room_id as "mention_room_id", mentions.seq as "mention_seq", rooms.name as "room_name", "rooms"."readers", "rooms"."posters", iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) as "caller_role", (target.site_role is null and (target.banned_until > ? or owner_id is not target.id and exists (
      select 1
      from (
        select kind, until
        from sanctions
        where room_id = rooms.id and user_id = target.id
        union all
        select kind, until
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = target.name_key
        union all
        select kind, until
        from sanctions indexed by sanctions_subject
        where room_id = rooms.id and subject = target.subject)
      where kind = 'ban' and ifnull(until > ?, true)))) as "banned"
from "mentions"
inner join "users" as target on target.id = mentions.user_id
left join "rooms" on "rooms"."id" = "mentions"."room_id"
left join "messages" on messages.room_id = mentions.room_id and messages.seq = mentions.seq
left join "users" on "users"."id" = "messages"."author_id"
left join members on members.user_id = mentions.user_id and members.room_id = mentions.room_id
where mentions.user_id = (
  select id
  from users
  where users.token_hash = ?) and mentions.room_id = (
  select id
  from rooms
  where name_key = ?) and mentions.seq < ?
order by mentions.seq desc
limit ?;
