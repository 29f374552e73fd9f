select case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'admins only' else 'invalid token' end as "import_refusal", ifnull((
    select keeps_ids
    from imports
    where imports.id = ?), (ifnull((
        select seq
        from sqlite_sequence
        where name = 'users'), 0) = 0 and ifnull((
        select seq
        from sqlite_sequence
        where name = 'rooms'), 0) = 0 and ifnull((
        select max(number)
        from audit
        where room_id = 0), 0) = 0)) as "keeps", ifnull((
    select seq
    from sqlite_sequence
    where name = 'users'), 0) as "last_user", ifnull((
    select seq
    from sqlite_sequence
    where name = 'rooms'), 0) as "last_room", ifnull((
    select max(number)
    from audit
    where room_id = 0), 0) as "last_audit"
from (
  select 1);

select "id", "lines", "keeps_ids", "state", "updated_at", "finished_at"
from "imports"
where id = ?;

select "kind", "old_id", "new_id", "name"
from "import_ids"
where import_id = ? and (kind in ('user', 'merged') and old_id in (
    select value
    from json_each(?)) or kind = 'room' and old_id in (
    select value
    from json_each(?)));

select old_id as "end_of", max(ifnull((
      select max(seq)
      from messages
      where room_id = import_ids.new_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = import_ids.new_id), 0)) as "end_seq"
from "import_ids"
where import_id = ? and kind = 'room' and old_id in (
  select value
  from json_each(?));

select old as "wanted_id", holder as "holder_id", holder is not null and not exists (
  select 1
  from import_ids
  where import_id = ? and kind = 'user' and name is not null and new_id = holder) and iif(ifnull((
      select keeps_ids
      from imports
      where imports.id = ?), (ifnull((
          select seq
          from sqlite_sequence
          where name = 'users'), 0) = 0 and ifnull((
          select seq
          from sqlite_sequence
          where name = 'rooms'), 0) = 0 and ifnull((
          select max(number)
          from audit
          where room_id = 0), 0) = 0)), holder < ifnull((
      select state ->> 'floor'
      from imports
      where imports.id = ?), 0), exists (
    select 1
    from import_ids
    where import_id = ? and kind = 'user' and new_id = holder)) as "is_of_import", exists (
  select 1
  from import_ids
  where import_id = ? and kind = 'user' and name is not null and new_id = holder) as "is_renamed", (exists (
    select 1
    from users as other
    where other.name_key = wanted_key and other.id <> own) or exists (
    select 1
    from sanctions indexed by sanctions_banned_name
    left join rooms on rooms.id = sanctions.room_id
    where kind = 'ban' and sanctions.name_key = wanted_key and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> own) or exists (
    select 1
    from sanctions indexed by sanctions_last_name
    left join rooms on rooms.id = sanctions.room_id
    where last_name_key = wanted_key and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> own)) as "is_taken", (
  select id
  from users
  where subject = wanted_subject and id <> own) as "same_login", exists (
  select 1
  from users
  where token_hash = wanted_hash and id <> own) as "is_token_taken"
from (
  select *, (
    select other.id
    from users as other
    where other.name_key = wanted_key and other.id <> own and not (ifnull((
          select keeps_ids
          from imports
          where imports.id = ?), (ifnull((
              select seq
              from sqlite_sequence
              where name = 'users'), 0) = 0 and ifnull((
              select seq
              from sqlite_sequence
              where name = 'rooms'), 0) = 0 and ifnull((
              select max(number)
              from audit
              where room_id = 0), 0) = 0)) and other.id in (
        select value
        from json_each(?)))) as holder
  from (
    select value ->> 0 as old, value ->> 1 as wanted_key, value ->> 2 as wanted_subject, value ->> 3 as wanted_hash, iif(ifnull((
          select keeps_ids
          from imports
          where imports.id = ?), (ifnull((
              select seq
              from sqlite_sequence
              where name = 'users'), 0) = 0 and ifnull((
              select seq
              from sqlite_sequence
              where name = 'rooms'), 0) = 0 and ifnull((
              select max(number)
              from audit
              where room_id = 0), 0) = 0)), value ->> 0, ifnull((
          select new_id
          from import_ids
          where import_id = ? and kind in ('user', 'merged') and old_id = value ->> 0), 0)) as own
    from json_each(?)) as wanted);

select value ->> 0 as "taken_id"
from json_each(?)
where exists (
  select 1
  from rooms
  where name_key = value ->> 1) or exists (
  select 1
  from import_ids
  where import_id = ? and kind = 'room' and room ->> 'nameKey' = value ->> 1 and import_ids.name is not null and old_id <> value ->> 0);

insert into "imports" ("id", "lines", "keeps_ids", "state", "updated_at", "finished_at")
select ?, ?, ?, ?, ?, ?
where not exists (
  select 1
  from imports
  where id = ?) and case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'admins only' else 'invalid token' end is null and ifnull((
    select seq
    from sqlite_sequence
    where name = 'users'), 0) = ? and ifnull((
    select seq
    from sqlite_sequence
    where name = 'rooms'), 0) = ?;

insert into "import_ids" ("import_id", "kind", "old_id", "new_id", "name", "room")
select ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true
on conflict("import_ids"."import_id", "import_ids"."kind", "import_ids"."old_id") do update
set "new_id" = excluded.new_id, "name" = ifnull(excluded.name, import_ids.name), "room" = excluded.room;

insert into "versions" ("subject", "version")
select 'names', lower(hex(randomblob(8)))
where (
  select state ->> 'claim'
  from imports
  where id = ?) = ?
on conflict ("versions"."subject") do update
set "version" = excluded.version;

insert into users(id, name, name_key, token_hash, created_at, protected, subject, login_name, avatar, site_role, approved_at, banned_until)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true
on conflict(id) do update
set id = excluded.id, name = excluded.name, name_key = excluded.name_key, token_hash = excluded.token_hash, created_at = excluded.created_at, protected = excluded.protected, subject = excluded.subject, login_name = excluded.login_name, avatar = excluded.avatar, site_role = excluded.site_role, approved_at = excluded.approved_at, banned_until = excluded.banned_until;

insert or replace into former_users(id, name, name_key, subject, deleted_at)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true;

insert or replace into members(room_id, ordinal, user_id, joined_at, role, last_sent_at, read_seq)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true;

insert into messages(room_id, seq, author_id, text, created_at, edited_at, deleted_at, idempotency_key, fingerprint, reply_to, mentions, reactions, key_hash, bot, files)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, iif(substr(value ->> 7, 1, 1) = 'x', unhex(substr(value ->> 7, 2)), substr(value ->> 7, 2)), value ->> 8, value ->> 9, value ->> 10, value ->> 11, unhex(value ->> 12), value ->> 13, value ->> 14
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true;

insert or ignore into mentions(user_id, room_id, seq, created_at)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true;

insert or ignore into reactions(room_id, target, reaction, user_id)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true;

insert into sqlite_sequence (name, seq)
select 'users', 0
where (
  select state ->> 'claim'
  from imports
  where id = ?) = ? and not exists (
  select 1
  from sqlite_sequence
  where name = 'users');

update sqlite_sequence
set seq = max(seq, ?)
where name = 'users' and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?;

insert into sqlite_sequence (name, seq)
select 'rooms', 0
where (
  select state ->> 'claim'
  from imports
  where id = ?) = ? and not exists (
  select 1
  from sqlite_sequence
  where name = 'rooms');

update sqlite_sequence
set seq = max(seq, ?)
where name = 'rooms' and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?;

select (
  select state ->> 'claim'
  from imports
  where id = ?) = ? as "is_done"
from (
  select 1);

select old_id as "lost_id", room as "lost_room"
from import_ids
where import_id = ? and kind = 'room' and room is not null and exists (
  select 1
  from rooms
  where name_key = import_ids.room ->> 'nameKey');

select "created_at", "id", "room_id"
from "held"
where created_at in (
  select value
  from json_each(?)) or id in (
  select value
  from json_each(?));

select "id", "name_key", "subject"
from "users"
where not ifnull((
    select keeps_ids
    from imports
    where imports.id = ?), (ifnull((
        select seq
        from sqlite_sequence
        where name = 'users'), 0) = 0 and ifnull((
        select seq
        from sqlite_sequence
        where name = 'rooms'), 0) = 0 and ifnull((
        select max(number)
        from audit
        where room_id = 0), 0) = 0)) and (name_key in (
    select value
    from json_each(?)) or subject in (
    select value
    from json_each(?))) and not exists (
  select 1
  from import_ids
  where import_id = ? and kind = 'user' and new_id = users.id);

update "imports"
set "lines" = ?, "state" = ?, "updated_at" = ?, "finished_at" = ?
where id = ? and lines = ? and finished_at is null and updated_at >= ? and case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'admins only' else 'invalid token' end is null and ifnull((
    select max(number)
    from audit
    where room_id = 0), 0) = ?;

delete
from "reactions"
where (room_id, target) in (
  select value ->> 0 as room, value ->> 1 as first
  from json_each(iif((
        select state ->> 'claim'
        from imports
        where id = ?) = ?, ?, '[]')));

delete
from "mentions"
where (user_id, room_id, seq) in (
  select value ->> 'id', room_id, seq
  from (
    select room_id, seq, mentions as mentioned
    from messages
    where (room_id, seq) in (
      select value ->> 0 as room, value ->> 1 as first
      from json_each(iif((
            select state ->> 'claim'
            from imports
            where id = ?) = ?, ?, '[]'))) and case
    when mentions is not null then true end
    limit - 1) cross
  join json_each(mentioned));

delete
from "changes"
where (room_id, seq) in (
  select value ->> 0 as room, value ->> 1 as first
  from json_each(iif((
        select state ->> 'claim'
        from imports
        where id = ?) = ?, ?, '[]')));

update "files"
set "state" = ?, "idempotency_key" = ?, "expires_at" = created_at
where (room_id, id) in (
  select room_id, value ->> 'id'
  from (
    select room_id, files as sent
    from messages
    where (room_id, seq) in (
      select value ->> 0 as room, value ->> 1 as first
      from json_each(iif((
            select state ->> 'claim'
            from imports
            where id = ?) = ?, ?, '[]'))) and files is not null
    limit - 1) cross
  join json_each(sent));

delete
from "messages"
where (room_id, seq) in (
  select value ->> 0 as room, value ->> 1 as first
  from json_each(iif((
        select state ->> 'claim'
        from imports
        where id = ?) = ?, ?, '[]')));

delete
from "reactions"
where room_id = ? and target < ? and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?;

delete
from "mentions"
where (user_id, room_id, seq) in (
  select value ->> 'id', room_id, seq
  from (
    select room_id, seq, mentions as mentioned
    from messages
    where room_id = ? and seq < ? and (
      select state ->> 'claim'
      from imports
      where id = ?) = ? and case
    when mentions is not null then true end
    limit - 1) cross
  join json_each(mentioned));

delete
from "changes"
where room_id = ? and seq < ? and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?;

update "files"
set "state" = ?, "idempotency_key" = ?, "expires_at" = created_at
where (room_id, id) in (
  select room_id, value ->> 'id'
  from (
    select room_id, files as sent
    from messages
    where room_id = ? and seq < ? and (
      select state ->> 'claim'
      from imports
      where id = ?) = ? and files is not null
    limit - 1) cross
  join json_each(sent));

delete
from "messages"
where room_id = ? and seq < ? and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?;

insert into changes(room_id, seq, type, target, actor_id, created_at, reaction, is_added, empty_numbers)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true;

insert or replace into held(created_at, id, room_id, author_id, text, reply_to, mentioned, target, idempotency_key, content_hash, refused_at, files)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, unhex(value ->> 8), unhex(value ->> 9), value ->> 10, value ->> 11
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true;

insert or replace into sanctions(room_id, user_id, kind, name_key, until, reason, created_at, name, subject, last_name_key, network, network_until, network_since)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true;

insert or replace into reports(room_id, number, target, reporter_id, reason, created_at, resolved_at)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true;

insert or replace into audit(room_id, number, action, actor_id, subject_id, detail, created_at)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true;

insert or ignore into blocked_files(id, hash, name, created_at)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3
from json_each(iif((
      select state ->> 'claim'
      from imports
      where id = ?) = ?, ?, '[]'))
where true;

update "messages"
set "reactions" = (
  select json_group_object(emoji, (
      select count(*)
      from reactions
      where room_id = ? and target = ? and reaction = emoji))
  from (
    select key as emoji
    from json_each(ifnull(messages.reactions, '{}'))
    union all
    select value
    from json_each(?)
    where value not in (
      select key
      from json_each(ifnull(messages.reactions, '{}')))))
where room_id = ? and seq = ? and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?;

delete
from "members"
where room_id = ? and user_id in (
  select new_id
  from import_ids
  where import_id = ? and old_id between ? and ? and kind in ('user', 'merged')) and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?;

delete
from "members"
where user_id in (
  select id
  from users
  where id in (
    select new_id
    from import_ids
    where import_id = ? and old_id between ? and ? and kind in ('user'))) and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?;

delete
from "users"
where id in (
  select new_id
  from import_ids
  where import_id = ? and old_id between ? and ? and kind in ('user')) and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?;

insert into "deleted_rooms" ("id", "name_key", "deleted_at")
select new_id, null, ?
from import_ids
where (
  select state ->> 'claim'
  from imports
  where id = ?) = ? and import_id = ? and old_id between ? and ? and kind = 'room';

delete
from "import_ids"
where (
  select state ->> 'claim'
  from imports
  where id = ?) = ? and import_id = ? and old_id between ? and ? and kind = 'room';

insert into "deleted_rooms" ("id", "name_key", "deleted_at")
select new_id, null, ?
from import_ids
where import_id = ? and kind = 'room' and room is not null and old_id not in (
  select old_id
  from (
    select old_id, row_number() over(partition by room ->> 'nameKey'
      order by old_id desc) as place
    from import_ids
    where import_id = ? and kind = 'room' and room is not null)
  where place = 1) and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?;

insert into "rooms" ("id", "name", "name_key", "title", "member_offset", "created_at", "owner_id", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "blocked_words", "reactions", "pinned", "approval", "newcomer_mention_seconds", "newcomer_reaction_seconds", "first_seq", "retention_days", "empty_numbers")
select room ->> 'id', room ->> 'name', room ->> 'nameKey', room ->> 'title', (
  select count(*) - ifnull(max(ordinal), 0)
  from members
  where room_id = new_id), room ->> 'createdAt', room ->> 'ownerId', room ->> 'topic', room ->> 'readers', room ->> 'posters', room ->> 'slowModeSeconds', room ->> 'archived', room ->> 'newcomerLinkSeconds', room ->> 'blockedWords', room ->> 'reactions', room ->> 'pinned', room ->> 'approval', room ->> 'newcomerMentionSeconds', room ->> 'newcomerReactionSeconds', room ->> 'firstSeq', room ->> 'retentionDays', max(ifnull((
      select max(seq)
      from messages
      where room_id = new_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = new_id), 0)) - (
  select count(*)
  from messages
  where room_id = new_id and text is not null)
from import_ids
where import_id = ? and kind = 'room' and room is not null and old_id in (
  select old_id
  from (
    select old_id, row_number() over(partition by room ->> 'nameKey'
      order by old_id desc) as place
    from import_ids
    where import_id = ? and kind = 'room' and room is not null)
  where place = 1) and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?
order by new_id;

update "import_ids"
set "room" = ?
where import_id = ? and kind = 'room' and room is not null and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?;

insert into "erasures" ("user_id", "step", "place", "started_at")
select old_id, ?, '[]', new_id
from import_ids
where import_id = ? and kind = 'erasure' and (
  select state ->> 'claim'
  from imports
  where id = ?) = ?
on conflict do nothing;
