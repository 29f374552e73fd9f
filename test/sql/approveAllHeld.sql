select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", (
  select archived
  from rooms
  where rooms.id = auth.room_id) as "is_archived"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when banned_until > now then 'banned
  from site'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when not (role not in ('member', 'guest')) then 'not allowed' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (users.site_role is null)*users.banned_until as banned_until, (
      select min(kind)
      from (
        select *
        from sanctions
        where room_id = rooms.id and user_id = users.id
        union all
        select *
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = users.name_key
        union all
        select *
        from sanctions indexed by sanctions_subject
        where room_id = rooms.id and subject = users.subject)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth;

select held.id as "held_id", "users"."id", users.name as "held_user_name", "users"."avatar", "held"."text", "held"."reply_to", "held"."target", case
when users.site_role is null and users.banned_until > auth.now then 'banned
from site'
when not (auth.owner_id is users.id or users.site_role is not null) and (
  select min(kind)
  from (
    select kind, until
    from sanctions
    where room_id = auth.room_id and user_id = users.id
    union all
    select kind, until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = users.name_key
    union all
    select kind, until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = users.subject)
  where ifnull(until > auth.now, true)) = 'ban' then 'banned'
when not (auth.owner_id is users.id or users.site_role is not null) and (
  select min(kind)
  from (
    select kind, until
    from sanctions
    where room_id = auth.room_id and user_id = users.id
    union all
    select kind, until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = users.name_key
    union all
    select kind, until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = users.subject)
  where ifnull(until > auth.now, true)) = 'mute' then 'muted'
when not (auth.readers = 'anyone' and auth.posters = 'anyone' or (auth.owner_id is users.id or users.site_role is not null) or exists (
    select 1
    from members as m
    where m.user_id = users.id and m.room_id = auth.room_id)) then 'no member'
when held.target is not null and not exists (
  select 1
  from messages
  where messages.room_id = auth.room_id and messages.seq = held.target and deleted_at is null) then 'no message' end as "obstacle"
from ( … as above ) as auth
inner join "held" on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000
inner join "users" on users.id = held.author_id and users.name_key = ?
order by held.created_at;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, author_id, ?, auth.now
from (
  select auth.*, min(held.author_id) as author_id
  from ( … as above ) as auth
  join held on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000
  join users on users.id = held.author_id and users.name_key = ?
  where refusal is null and not (
    select archived
    from rooms
    where rooms.id = auth.room_id) and case
  when users.site_role is null and users.banned_until > auth.now then 'banned
  from site'
  when not (auth.owner_id is users.id or users.site_role is not null) and (
    select min(kind)
    from (
      select kind, until
      from sanctions
      where room_id = auth.room_id and user_id = users.id
      union all
      select kind, until
      from sanctions indexed by sanctions_name
      where room_id = auth.room_id and name_key = users.name_key
      union all
      select kind, until
      from sanctions indexed by sanctions_subject
      where room_id = auth.room_id and subject = users.subject)
    where ifnull(until > auth.now, true)) = 'ban' then 'banned'
  when not (auth.owner_id is users.id or users.site_role is not null) and (
    select min(kind)
    from (
      select kind, until
      from sanctions
      where room_id = auth.room_id and user_id = users.id
      union all
      select kind, until
      from sanctions indexed by sanctions_name
      where room_id = auth.room_id and name_key = users.name_key
      union all
      select kind, until
      from sanctions indexed by sanctions_subject
      where room_id = auth.room_id and subject = users.subject)
    where ifnull(until > auth.now, true)) = 'mute' then 'muted'
  when not (auth.readers = 'anyone' and auth.posters = 'anyone' or (auth.owner_id is users.id or users.site_role is not null) or exists (
      select 1
      from members as m
      where m.user_id = users.id and m.room_id = auth.room_id)) then 'no member'
  when held.target is not null and not exists (
    select 1
    from messages
    where messages.room_id = auth.room_id and messages.seq = held.target and deleted_at is null) then 'no message' end is null) as auth
where author_id is not null;

insert into "members" ("room_id", "ordinal", "user_id", "joined_at", "role", "last_sent_at", "read_seq")
select auth.room_id, 1 + ifnull((
    select max(ordinal)
    from members as m
    where m.room_id = auth.room_id), 0), users.id, auth.now, ?, null, ?
from ( … as above ) as auth
join held on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000
join users on users.id = held.author_id and users.name_key = ?
where refusal is null and not (
  select archived
  from rooms
  where rooms.id = auth.room_id) and case
when users.site_role is null and users.banned_until > auth.now then 'banned
from site'
when not (auth.owner_id is users.id or users.site_role is not null) and (
  select min(kind)
  from (
    select kind, until
    from sanctions
    where room_id = auth.room_id and user_id = users.id
    union all
    select kind, until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = users.name_key
    union all
    select kind, until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = users.subject)
  where ifnull(until > auth.now, true)) = 'ban' then 'banned'
when not (auth.owner_id is users.id or users.site_role is not null) and (
  select min(kind)
  from (
    select kind, until
    from sanctions
    where room_id = auth.room_id and user_id = users.id
    union all
    select kind, until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = users.name_key
    union all
    select kind, until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = users.subject)
  where ifnull(until > auth.now, true)) = 'mute' then 'muted'
when not (auth.readers = 'anyone' and auth.posters = 'anyone' or (auth.owner_id is users.id or users.site_role is not null) or exists (
    select 1
    from members as m
    where m.user_id = users.id and m.room_id = auth.room_id)) then 'no member'
when held.target is not null and not exists (
  select 1
  from messages
  where messages.room_id = auth.room_id and messages.seq = held.target and deleted_at is null) then 'no message' end is null and held.target is null and not exists (
  select 1
  from members as m
  where m.user_id = users.id and m.room_id = auth.room_id)
limit 1
returning "ordinal";

insert into "messages" ("room_id", "seq", "author_id", "text", "created_at", "edited_at", "deleted_at", "idempotency_key", "fingerprint", "reply_to", "mentions", "reactions", "key_hash", "bot", "files")
select auth.room_id, 1 + max(ifnull((
      select max(seq)
      from messages
      where room_id = auth.room_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = auth.room_id), 0)) - 1 + row_number() over(
  order by held.created_at), held.author_id, held.text, max(auth.now, ifnull((
      select created_at
      from messages as m
      where m.room_id = auth.room_id
      order by seq desc
      limit 1), 0)), null, null, held.idempotency_key, null, held.reply_to, (
  select nullif(json_group_array(json_object('id', id, 'name', name)), '[]')
  from (
    select id, name
    from (
      select min(written.key), place.key as place, users.id, users.name
      from json_each(ifnull(held.mentioned, '[]')) as place cross
      join json_each(place.value) as written cross
      join users on name_key = written.value cross
      join members on user_id = users.id and room_id = auth.room_id group by place.key) group by id
    order by min(place)
    limit 10)), null, held.content_hash, null, held.files
from ( … as above ) as auth
join held on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000
join users on users.id = held.author_id and users.name_key = ?
where refusal is null and not (
  select archived
  from rooms
  where rooms.id = auth.room_id) and case
when users.site_role is null and users.banned_until > auth.now then 'banned
from site'
when not (auth.owner_id is users.id or users.site_role is not null) and (
  select min(kind)
  from (
    select kind, until
    from sanctions
    where room_id = auth.room_id and user_id = users.id
    union all
    select kind, until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = users.name_key
    union all
    select kind, until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = users.subject)
  where ifnull(until > auth.now, true)) = 'ban' then 'banned'
when not (auth.owner_id is users.id or users.site_role is not null) and (
  select min(kind)
  from (
    select kind, until
    from sanctions
    where room_id = auth.room_id and user_id = users.id
    union all
    select kind, until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = users.name_key
    union all
    select kind, until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = users.subject)
  where ifnull(until > auth.now, true)) = 'mute' then 'muted'
when not (auth.readers = 'anyone' and auth.posters = 'anyone' or (auth.owner_id is users.id or users.site_role is not null) or exists (
    select 1
    from members as m
    where m.user_id = users.id and m.room_id = auth.room_id)) then 'no member'
when held.target is not null and not exists (
  select 1
  from messages
  where messages.room_id = auth.room_id and messages.seq = held.target and deleted_at is null) then 'no message' end is null and held.target is null and not exists (
  select 1
  from messages as sent indexed by messages_idempotency
  where sent.room_id = held.room_id and sent.author_id = held.author_id and sent.idempotency_key = held.idempotency_key)
returning "seq", "created_at", "mentions", "files";

insert into "mentions" ("user_id", "room_id", "seq", "created_at")
select value ->> 'id', room_id, seq, created_at
from messages, json_each(mentions)
where (room_id, seq) in (
  select room_id, seq
  from messages as newest
  where newest.room_id = (
    select id
    from rooms
    where name_key = ?)
  order by seq desc
  limit ?) and value ->> 'id' <> author_id
on conflict do nothing;

update "files"
set "state" = ?, "seq" = (
  select max(m.seq)
  from messages as m, json_each(m.files)
  where m.room_id = files.room_id and m.seq in (
    select seq
    from messages
    where room_id = (
      select id
      from rooms
      where name_key = ?)
    order by seq desc
    limit 20) and value ->> 'id' = files.id), "expires_at" = ?
where (room_id, id) in (
  select m.room_id, value ->> 'id'
  from messages as m, json_each(m.files)
  where m.room_id = (
    select id
    from rooms
    where name_key = ?) and m.seq in (
    select seq
    from messages
    where room_id = (
      select id
      from rooms
      where name_key = ?)
    order by seq desc
    limit 20)) and (state = 'unused' or seq is null);

insert into "changes" ("room_id", "seq", "type", "target", "actor_id", "created_at", "reaction", "is_added", "empty_numbers")
select auth.room_id, 1 + max(ifnull((
      select max(seq)
      from messages
      where room_id = auth.room_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = auth.room_id), 0)) - 1 + row_number() over(
  order by held.created_at), ?, held.target, held.author_id, auth.now, null, null, max(ifnull((
      select totals.empty_numbers
      from rooms as totals
      where totals.id = auth.room_id), 0), ifnull((
      select ifnull(empty_numbers, max(ifnull((
              select max(seq)
              from messages
              where room_id = auth.room_id), 0), ifnull((
              select max(seq)
              from changes
              where room_id = auth.room_id), 0)) - (
          select count(*)
          from messages
          where room_id = auth.room_id and text is not null))
      from changes
      where room_id = auth.room_id
      order by seq desc
      limit 1), 0)) + row_number() over(
  order by held.created_at)
from ( … as above ) as auth
join held on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000
join users on users.id = held.author_id and users.name_key = ?
where refusal is null and not (
  select archived
  from rooms
  where rooms.id = auth.room_id) and case
when users.site_role is null and users.banned_until > auth.now then 'banned
from site'
when not (auth.owner_id is users.id or users.site_role is not null) and (
  select min(kind)
  from (
    select kind, until
    from sanctions
    where room_id = auth.room_id and user_id = users.id
    union all
    select kind, until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = users.name_key
    union all
    select kind, until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = users.subject)
  where ifnull(until > auth.now, true)) = 'ban' then 'banned'
when not (auth.owner_id is users.id or users.site_role is not null) and (
  select min(kind)
  from (
    select kind, until
    from sanctions
    where room_id = auth.room_id and user_id = users.id
    union all
    select kind, until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = users.name_key
    union all
    select kind, until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = users.subject)
  where ifnull(until > auth.now, true)) = 'mute' then 'muted'
when not (auth.readers = 'anyone' and auth.posters = 'anyone' or (auth.owner_id is users.id or users.site_role is not null) or exists (
    select 1
    from members as m
    where m.user_id = users.id and m.room_id = auth.room_id)) then 'no member'
when held.target is not null and not exists (
  select 1
  from messages
  where messages.room_id = auth.room_id and messages.seq = held.target and deleted_at is null) then 'no message' end is null and held.target is not null
returning "seq", "target", "created_at";

update "messages"
set "text" = edit.text, "edited_at" = ?
from (
  select held.room_id, held.target, held.text
  from ( … as above ) as auth
  join held on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000
  join users on users.id = held.author_id and users.name_key = ?
  where refusal is null and not (
    select archived
    from rooms
    where rooms.id = auth.room_id) and case
  when users.site_role is null and users.banned_until > auth.now then 'banned
  from site'
  when not (auth.owner_id is users.id or users.site_role is not null) and (
    select min(kind)
    from (
      select kind, until
      from sanctions
      where room_id = auth.room_id and user_id = users.id
      union all
      select kind, until
      from sanctions indexed by sanctions_name
      where room_id = auth.room_id and name_key = users.name_key
      union all
      select kind, until
      from sanctions indexed by sanctions_subject
      where room_id = auth.room_id and subject = users.subject)
    where ifnull(until > auth.now, true)) = 'ban' then 'banned'
  when not (auth.owner_id is users.id or users.site_role is not null) and (
    select min(kind)
    from (
      select kind, until
      from sanctions
      where room_id = auth.room_id and user_id = users.id
      union all
      select kind, until
      from sanctions indexed by sanctions_name
      where room_id = auth.room_id and name_key = users.name_key
      union all
      select kind, until
      from sanctions indexed by sanctions_subject
      where room_id = auth.room_id and subject = users.subject)
    where ifnull(until > auth.now, true)) = 'mute' then 'muted'
  when not (auth.readers = 'anyone' and auth.posters = 'anyone' or (auth.owner_id is users.id or users.site_role is not null) or exists (
      select 1
      from members as m
      where m.user_id = users.id and m.room_id = auth.room_id)) then 'no member'
  when held.target is not null and not exists (
    select 1
    from messages
    where messages.room_id = auth.room_id and messages.seq = held.target and deleted_at is null) then 'no message' end is null and held.target is not null) as edit
where messages.room_id = edit.room_id and messages.seq = edit.target
returning "seq", "created_at", "edited_at", "reply_to", "mentions", "reactions", "files";

update "users"
set "approved_at" = ?
where protected and approved_at is null and id in (
  select held.author_id
  from ( … as above ) as auth
  join held on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000
  join users on users.id = held.author_id and users.name_key = ?
  where refusal is null and not (
    select archived
    from rooms
    where rooms.id = auth.room_id) and case
  when users.site_role is null and users.banned_until > auth.now then 'banned
  from site'
  when not (auth.owner_id is users.id or users.site_role is not null) and (
    select min(kind)
    from (
      select kind, until
      from sanctions
      where room_id = auth.room_id and user_id = users.id
      union all
      select kind, until
      from sanctions indexed by sanctions_name
      where room_id = auth.room_id and name_key = users.name_key
      union all
      select kind, until
      from sanctions indexed by sanctions_subject
      where room_id = auth.room_id and subject = users.subject)
    where ifnull(until > auth.now, true)) = 'ban' then 'banned'
  when not (auth.owner_id is users.id or users.site_role is not null) and (
    select min(kind)
    from (
      select kind, until
      from sanctions
      where room_id = auth.room_id and user_id = users.id
      union all
      select kind, until
      from sanctions indexed by sanctions_name
      where room_id = auth.room_id and name_key = users.name_key
      union all
      select kind, until
      from sanctions indexed by sanctions_subject
      where room_id = auth.room_id and subject = users.subject)
    where ifnull(until > auth.now, true)) = 'mute' then 'muted'
  when not (auth.readers = 'anyone' and auth.posters = 'anyone' or (auth.owner_id is users.id or users.site_role is not null) or exists (
      select 1
      from members as m
      where m.user_id = users.id and m.room_id = auth.room_id)) then 'no member'
  when held.target is not null and not exists (
    select 1
    from messages
    where messages.room_id = auth.room_id and messages.seq = held.target and deleted_at is null) then 'no message' end is null);

delete
from "held"
where created_at in (
  select held.created_at
  from ( … as above ) as auth
  join held on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000
  join users on users.id = held.author_id and users.name_key = ?
  where refusal is null and not (
    select archived
    from rooms
    where rooms.id = auth.room_id) and case
  when users.site_role is null and users.banned_until > auth.now then 'banned
  from site'
  when not (auth.owner_id is users.id or users.site_role is not null) and (
    select min(kind)
    from (
      select kind, until
      from sanctions
      where room_id = auth.room_id and user_id = users.id
      union all
      select kind, until
      from sanctions indexed by sanctions_name
      where room_id = auth.room_id and name_key = users.name_key
      union all
      select kind, until
      from sanctions indexed by sanctions_subject
      where room_id = auth.room_id and subject = users.subject)
    where ifnull(until > auth.now, true)) = 'ban' then 'banned'
  when not (auth.owner_id is users.id or users.site_role is not null) and (
    select min(kind)
    from (
      select kind, until
      from sanctions
      where room_id = auth.room_id and user_id = users.id
      union all
      select kind, until
      from sanctions indexed by sanctions_name
      where room_id = auth.room_id and name_key = users.name_key
      union all
      select kind, until
      from sanctions indexed by sanctions_subject
      where room_id = auth.room_id and subject = users.subject)
    where ifnull(until > auth.now, true)) = 'mute' then 'muted'
  when not (auth.readers = 'anyone' and auth.posters = 'anyone' or (auth.owner_id is users.id or users.site_role is not null) or exists (
      select 1
      from members as m
      where m.user_id = users.id and m.room_id = auth.room_id)) then 'no member'
  when held.target is not null and not exists (
    select 1
    from messages
    where messages.room_id = auth.room_id and messages.seq = held.target and deleted_at is null) then 'no message' end is null);
