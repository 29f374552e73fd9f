select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", (
  select id
  from users
  where name_key = ?) as "author_id", (
  select name
  from users
  where id = (
    select id
    from users
    where name_key = ?)) as "author_name"
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

insert into "changes" ("room_id", "seq", "type", "target", "actor_id", "created_at", "reaction", "is_added", "empty_numbers")
select messages.room_id, 1 + max(ifnull((
      select max(seq)
      from messages
      where room_id = auth.room_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = auth.room_id), 0)) - 1 + row_number() over(
  order by messages.seq), ?, messages.seq, coalesce(user_id, 0), auth.now, null, null, max(ifnull((
      select totals.empty_numbers
      from rooms as totals
      where totals.id = (
        select id
        from rooms
        where name_key = ?)), 0), ifnull((
      select ifnull(empty_numbers, max(ifnull((
              select max(seq)
              from messages
              where room_id = (
                select id
                from rooms
                where name_key = ?)), 0), ifnull((
              select max(seq)
              from changes
              where room_id = (
                select id
                from rooms
                where name_key = ?)), 0)) - (
          select count(*)
          from messages
          where room_id = (
            select id
            from rooms
            where name_key = ?) and text is not null))
      from changes
      where room_id = (
        select id
        from rooms
        where name_key = ?)
      order by seq desc
      limit 1), 0)) + 2 * row_number() over(
  order by messages.seq)
from ( … as above ) as auth
join messages on messages.room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and messages.author_id = (
  select id
  from users
  where name_key = ?) and messages.deleted_at is null and messages.seq >= (
  with recursive search(low, high) as (
    select 1, 1 + coalesce((
        select max(seq)
        from messages
        where room_id = (
          select id
          from rooms
          where name_key = ?)), 0)
    union all
    select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
    from search
    left join messages as m on m.room_id = (
      select id
      from rooms
      where name_key = ?) and m.seq = (
      select min(seq)
      from messages as n
      where n.room_id = (
        select id
        from rooms
        where name_key = ?) and n.seq >= (low + high)/ 2)
    where low < high)
  select max(low)
  from search) and messages.seq < 9007199254740991 and messages.created_at between ? and ?
returning "seq";

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, (
  select id
  from users
  where name_key = ?), ?, auth.now
from ( … as above ) as auth
where refusal is null and exists (
  select 1
  from messages
  where messages.room_id = (
    select id
    from rooms
    where name_key = ?) and messages.deleted_at is null and messages.seq in (
    with recursive back(seq, target) as (
      select c.seq, target
      from changes as c
      where c.room_id = (
        select id
        from rooms
        where name_key = ?) and c.type = 'delete' and c.created_at = ? and c.seq = (
        select max(seq)
        from changes as last
        where last.room_id = (
          select id
          from rooms
          where name_key = ?))
      union all
      select c.seq, c.target
      from back
      join changes as c on c.room_id = (
        select id
        from rooms
        where name_key = ?) and c.seq = back.seq - 1 and c.type = 'delete' and c.created_at = ?)
    select target
    from back));

delete
from "reactions"
where (room_id, target) in (
  select messages.room_id, messages.seq
  from messages
  where messages.room_id = (
    select id
    from rooms
    where name_key = ?) and messages.deleted_at is null and messages.seq in (
    with recursive back(seq, target) as (
      select c.seq, target
      from changes as c
      where c.room_id = (
        select id
        from rooms
        where name_key = ?) and c.type = 'delete' and c.created_at = ? and c.seq = (
        select max(seq)
        from changes as last
        where last.room_id = (
          select id
          from rooms
          where name_key = ?))
      union all
      select c.seq, c.target
      from back
      join changes as c on c.room_id = (
        select id
        from rooms
        where name_key = ?) and c.seq = back.seq - 1 and c.type = 'delete' and c.created_at = ?)
    select target
    from back) and messages.reactions is not null);

delete
from "mentions"
where (user_id, room_id, seq) in (
  select value ->> 'id', room_id, seq
  from (
    select room_id, seq, mentions as mentioned
    from messages
    where messages.room_id = (
      select id
      from rooms
      where name_key = ?) and messages.deleted_at is null and messages.seq in (
      with recursive back(seq, target) as (
        select c.seq, target
        from changes as c
        where c.room_id = (
          select id
          from rooms
          where name_key = ?) and c.type = 'delete' and c.created_at = ? and c.seq = (
          select max(seq)
          from changes as last
          where last.room_id = (
            select id
            from rooms
            where name_key = ?))
        union all
        select c.seq, c.target
        from back
        join changes as c on c.room_id = (
          select id
          from rooms
          where name_key = ?) and c.seq = back.seq - 1 and c.type = 'delete' and c.created_at = ?)
      select target
      from back) and case
    when mentions is not null then true end
    limit - 1) cross
  join json_each(mentioned));

update "files"
set "state" = ?, "idempotency_key" = ?, "expires_at" = ?
where (room_id, id) in (
  select room_id, value ->> 'id'
  from (
    select room_id, files as sent
    from messages
    where messages.room_id = (
      select id
      from rooms
      where name_key = ?) and messages.deleted_at is null and messages.seq in (
      with recursive back(seq, target) as (
        select c.seq, target
        from changes as c
        where c.room_id = (
          select id
          from rooms
          where name_key = ?) and c.type = 'delete' and c.created_at = ? and c.seq = (
          select max(seq)
          from changes as last
          where last.room_id = (
            select id
            from rooms
            where name_key = ?))
        union all
        select c.seq, c.target
        from back
        join changes as c on c.room_id = (
          select id
          from rooms
          where name_key = ?) and c.seq = back.seq - 1 and c.type = 'delete' and c.created_at = ?)
      select target
      from back) and case
    when files is not null then true end
    limit - 1) cross
  join json_each(sent)) and state = 'used'
returning "id";

update "messages"
set "text" = ?, "deleted_at" = ?, "mentions" = ?, "reactions" = ?, "files" = ?
where messages.room_id = (
  select id
  from rooms
  where name_key = ?) and messages.deleted_at is null and messages.seq in (
  with recursive back(seq, target) as (
    select c.seq, target
    from changes as c
    where c.room_id = (
      select id
      from rooms
      where name_key = ?) and c.type = 'delete' and c.created_at = ? and c.seq = (
      select max(seq)
      from changes as last
      where last.room_id = (
        select id
        from rooms
        where name_key = ?))
    union all
    select c.seq, c.target
    from back
    join changes as c on c.room_id = (
      select id
      from rooms
      where name_key = ?) and c.seq = back.seq - 1 and c.type = 'delete' and c.created_at = ?)
  select target
  from back)
returning "seq";

update "rooms"
set "pinned" = (
  select json_group_array(value)
  from json_each(rooms.pinned)
  where not (true and exists (
      select 1
      from messages
      where messages.room_id = rooms.id and messages.seq = json_each.value and deleted_at is not null)))
where name_key = ? and exists (
  select 1
  from json_each(rooms.pinned)
  where true and exists (
    select 1
    from messages
    where messages.room_id = rooms.id and messages.seq = json_each.value and deleted_at is not null))
returning "id", rooms.name as "room_name", "title", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "newcomer_mention_seconds", "newcomer_reaction_seconds", "reactions", "approval", "retention_days", "blocked_words", "first_seq", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
  from site_settings
  where id = 1) as "of_site", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at";

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", (
  select author_id
  from messages as m
  where m.room_id = (
    select id
    from rooms
    where name_key = ?) and m.seq = ?) as "author_id", (
  select name
  from users
  where id = (
    select author_id
    from messages as m
    where m.room_id = (
      select id
      from rooms
      where name_key = ?) and m.seq = ?)) as "author_name"
from ( … as above ) as auth;

insert into "changes" ("room_id", "seq", "type", "target", "actor_id", "created_at", "reaction", "is_added", "empty_numbers")
select messages.room_id, 1 + max(ifnull((
      select max(seq)
      from messages
      where room_id = auth.room_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = auth.room_id), 0)) - 1 + row_number() over(
  order by messages.seq), ?, messages.seq, coalesce(user_id, 0), auth.now, null, null, max(ifnull((
      select totals.empty_numbers
      from rooms as totals
      where totals.id = (
        select id
        from rooms
        where name_key = ?)), 0), ifnull((
      select ifnull(empty_numbers, max(ifnull((
              select max(seq)
              from messages
              where room_id = (
                select id
                from rooms
                where name_key = ?)), 0), ifnull((
              select max(seq)
              from changes
              where room_id = (
                select id
                from rooms
                where name_key = ?)), 0)) - (
          select count(*)
          from messages
          where room_id = (
            select id
            from rooms
            where name_key = ?) and text is not null))
      from changes
      where room_id = (
        select id
        from rooms
        where name_key = ?)
      order by seq desc
      limit 1), 0)) + 2 * row_number() over(
  order by messages.seq)
from ( … as above ) as auth
join messages on messages.room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and messages.author_id = (
  select author_id
  from messages as m
  where m.room_id = (
    select id
    from rooms
    where name_key = ?) and m.seq = ?) and messages.deleted_at is null and messages.seq >= 0 and messages.seq < 9007199254740991 and messages.created_at between ? and ?
returning "seq";

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, (
  select author_id
  from messages as m
  where m.room_id = (
    select id
    from rooms
    where name_key = ?) and m.seq = ?), ?, auth.now
from ( … as above ) as auth
where refusal is null and exists (
  select 1
  from messages
  where messages.room_id = (
    select id
    from rooms
    where name_key = ?) and messages.deleted_at is null and messages.seq in (
    with recursive back(seq, target) as (
      select c.seq, target
      from changes as c
      where c.room_id = (
        select id
        from rooms
        where name_key = ?) and c.type = 'delete' and c.created_at = ? and c.seq = (
        select max(seq)
        from changes as last
        where last.room_id = (
          select id
          from rooms
          where name_key = ?))
      union all
      select c.seq, c.target
      from back
      join changes as c on c.room_id = (
        select id
        from rooms
        where name_key = ?) and c.seq = back.seq - 1 and c.type = 'delete' and c.created_at = ?)
    select target
    from back));
