select case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end as "ban_refusal", target.id as "banned_id", target.name as "banned_name", target.site_role is not null as "has_role"
from (
  select 1)
left join (
  select id, name, name_key, subject, site_role
  from users
  where id = ?
  union all
  select id, name, name_key, subject, null
  from former_users
  where id = ?) as target on true;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, target.id, ?, auth.now
from (
  select ? as room_id, (
    select id
    from users as holder
    where holder.token_hash = ?) as user_id, ? as now) as auth
join (
  select id, name, name_key, subject, site_role
  from users
  where id = ?
  union all
  select id, name, name_key, subject, null
  from former_users
  where id = ?) as target
where case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null;

insert into "sanctions" ("room_id", "user_id", "kind", "name_key", "until", "reason", "created_at", "name", "subject", "last_name_key", "network", "network_until", "network_since")
select auth.room_id, target.id, ?, target.name_key, ?, ?, auth.now, target.name, target.subject, null, ?, ?, ?
from (
  select ? as room_id, (
    select id
    from users as holder
    where holder.token_hash = ?) as user_id, ? as now) as auth
join (
  select id, name, name_key, subject, site_role
  from users
  where id = ?
  union all
  select id, name, name_key, subject, null
  from former_users
  where id = ?) as target
where case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null
on conflict("sanctions"."room_id", "sanctions"."user_id", "sanctions"."kind") do update
set "name_key" = excluded.name_key, "until" = excluded.until, "reason" = excluded.reason, "created_at" = excluded.created_at, "name" = excluded.name, "subject" = excluded.subject, "network" = excluded.network, "network_until" = excluded.network_until, "network_since" = excluded.network_since
returning "network_until";

update "users"
set "banned_until" = ifnull((
    select max(ifnull(until, ?))
    from (
      select *
      from sanctions
      where room_id = ? and user_id = users.id
      union all
      select *
      from sanctions indexed by sanctions_name
      where room_id = ? and name_key = users.name_key
      union all
      select *
      from sanctions indexed by sanctions_subject
      where room_id = ? and subject = users.subject)
    where kind = 'ban'), 0)
where users.id in (
  select id
  from users
  where id = (
    select target.id
    from (
      select id, name, name_key, subject, site_role
      from users
      where id = ?
      union all
      select id, name, name_key, subject, null
      from former_users
      where id = ?) as target
    where case
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null)
  union all
  select id
  from users
  where subject = (
    select target.subject
    from (
      select id, name, name_key, subject, site_role
      from users
      where id = ?
      union all
      select id, name, name_key, subject, null
      from former_users
      where id = ?) as target
    where case
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null)
  union all
  select id
  from users
  where name_key = (
    select target.name_key
    from (
      select id, name, name_key, subject, site_role
      from users
      where id = ?
      union all
      select id, name, name_key, subject, null
      from former_users
      where id = ?) as target
    where case
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null))
returning "id";

select "room_key"
from "listeners"
where user_id in (
  select id
  from users
  where users.id in (
    select id
    from users
    where id = (
      select target.id
      from (
        select id, name, name_key, subject, site_role
        from users
        where id = ?
        union all
        select id, name, name_key, subject, null
        from former_users
        where id = ?) as target
      where case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null)
    union all
    select id
    from users
    where subject = (
      select target.subject
      from (
        select id, name, name_key, subject, site_role
        from users
        where id = ?
        union all
        select id, name, name_key, subject, null
        from former_users
        where id = ?) as target
      where case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null)
    union all
    select id
    from users
    where name_key = (
      select target.name_key
      from (
        select id, name, name_key, subject, site_role
        from users
        where id = ?
        union all
        select id, name, name_key, subject, null
        from former_users
        where id = ?) as target
      where case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null)))
limit ?;

select "id"
from "webhooks"
where room_id in (?, ?) and stopped is null and deleted_at is null;

insert into "changes" ("room_id", "seq", "type", "target", "actor_id", "created_at", "reaction", "is_added", "empty_numbers")
select chosen.room_id, 1 + max(ifnull((
      select max(seq)
      from messages
      where room_id = chosen.room_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = chosen.room_id), 0)) - 1 + row_number() over(partition by chosen.room_id
  order by chosen.seq), ?, chosen.seq, ifnull((
    select id
    from users
    where users.token_hash = ?), 0), ?, null, null, max(ifnull((
      select totals.empty_numbers
      from rooms as totals
      where totals.id = chosen.room_id), 0), ifnull((
      select ifnull(empty_numbers, max(ifnull((
              select max(seq)
              from messages
              where room_id = chosen.room_id), 0), ifnull((
              select max(seq)
              from changes
              where room_id = chosen.room_id), 0)) - (
          select count(*)
          from messages
          where room_id = chosen.room_id and text is not null))
      from changes
      where room_id = chosen.room_id
      order by seq desc
      limit 1), 0)) + 2 * row_number() over(partition by chosen.room_id
  order by chosen.seq)
from (
  select m.room_id, m.seq
  from (
    select room_id as room
    from members
    where user_id = (
      select target.id
      from (
        select id, name, name_key, subject, site_role
        from users
        where id = ?
        union all
        select id, name, name_key, subject, null
        from former_users
        where id = ?) as target
      where case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) union
    select room_id
    from sanctions
    where user_id = (
      select target.id
      from (
        select id, name, name_key, subject, site_role
        from users
        where id = ?
        union all
        select id, name, name_key, subject, null
        from former_users
        where id = ?) as target
      where case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and kind = 'ban'
    limit 100) as place cross
  join messages as m
  where m.room_id = place.room and m.seq >= max((
      with recursive search(low, high) as (
        select 1, 1 + coalesce((
            select max(seq)
            from messages
            where room_id = place.room), 0)
        union all
        select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
        from search
        left join messages as m on m.room_id = place.room and m.seq = (
          select min(seq)
          from messages as n
          where n.room_id = place.room and n.seq >= (low + high)/ 2)
        where low < high)
      select max(low)
      from search), (
      select max(seq)
      from messages
      where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
    select target.id
    from (
      select id, name, name_key, subject, site_role
      from users
      where id = ?
      union all
      select id, name, name_key, subject, null
      from former_users
      where id = ?) as target
    where case
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and m.deleted_at is null
  limit ?) as chosen
returning "room_id", "seq";

delete
from "reactions"
where (room_id, target) in (
  select messages.room_id, messages.seq
  from messages
  where (messages.room_id, messages.seq) in (
    select m.room_id, m.seq
    from (
      select room_id as room
      from members
      where user_id = (
        select target.id
        from (
          select id, name, name_key, subject, site_role
          from users
          where id = ?
          union all
          select id, name, name_key, subject, null
          from former_users
          where id = ?) as target
        where case
        when exists (
          select 1
          from users as holder
          where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
        when exists (
          select 1
          from users as holder
          where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) union
      select room_id
      from sanctions
      where user_id = (
        select target.id
        from (
          select id, name, name_key, subject, site_role
          from users
          where id = ?
          union all
          select id, name, name_key, subject, null
          from former_users
          where id = ?) as target
        where case
        when exists (
          select 1
          from users as holder
          where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
        when exists (
          select 1
          from users as holder
          where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and kind = 'ban'
      limit 100) as place cross
    join messages as m
    where m.room_id = place.room and m.seq >= max((
        with recursive search(low, high) as (
          select 1, 1 + coalesce((
              select max(seq)
              from messages
              where room_id = place.room), 0)
          union all
          select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
          from search
          left join messages as m on m.room_id = place.room and m.seq = (
            select min(seq)
            from messages as n
            where n.room_id = place.room and n.seq >= (low + high)/ 2)
          where low < high)
        select max(low)
        from search), (
        select max(seq)
        from messages
        where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
      select target.id
      from (
        select id, name, name_key, subject, site_role
        from users
        where id = ?
        union all
        select id, name, name_key, subject, null
        from former_users
        where id = ?) as target
      where case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and m.deleted_at is null
    limit ?) and messages.reactions is not null);

delete
from "mentions"
where (user_id, room_id, seq) in (
  select value ->> 'id', room_id, seq
  from (
    select room_id, seq, mentions as mentioned
    from messages
    where (room_id, seq) in (
      select m.room_id, m.seq
      from (
        select room_id as room
        from members
        where user_id = (
          select target.id
          from (
            select id, name, name_key, subject, site_role
            from users
            where id = ?
            union all
            select id, name, name_key, subject, null
            from former_users
            where id = ?) as target
          where case
          when exists (
            select 1
            from users as holder
            where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
          when exists (
            select 1
            from users as holder
            where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) union
        select room_id
        from sanctions
        where user_id = (
          select target.id
          from (
            select id, name, name_key, subject, site_role
            from users
            where id = ?
            union all
            select id, name, name_key, subject, null
            from former_users
            where id = ?) as target
          where case
          when exists (
            select 1
            from users as holder
            where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
          when exists (
            select 1
            from users as holder
            where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and kind = 'ban'
        limit 100) as place cross
      join messages as m
      where m.room_id = place.room and m.seq >= max((
          with recursive search(low, high) as (
            select 1, 1 + coalesce((
                select max(seq)
                from messages
                where room_id = place.room), 0)
            union all
            select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
            from search
            left join messages as m on m.room_id = place.room and m.seq = (
              select min(seq)
              from messages as n
              where n.room_id = place.room and n.seq >= (low + high)/ 2)
            where low < high)
          select max(low)
          from search), (
          select max(seq)
          from messages
          where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
        select target.id
        from (
          select id, name, name_key, subject, site_role
          from users
          where id = ?
          union all
          select id, name, name_key, subject, null
          from former_users
          where id = ?) as target
        where case
        when exists (
          select 1
          from users as holder
          where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
        when exists (
          select 1
          from users as holder
          where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and m.deleted_at is null
      limit ?) and case
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
    where (room_id, seq) in (
      select m.room_id, m.seq
      from (
        select room_id as room
        from members
        where user_id = (
          select target.id
          from (
            select id, name, name_key, subject, site_role
            from users
            where id = ?
            union all
            select id, name, name_key, subject, null
            from former_users
            where id = ?) as target
          where case
          when exists (
            select 1
            from users as holder
            where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
          when exists (
            select 1
            from users as holder
            where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) union
        select room_id
        from sanctions
        where user_id = (
          select target.id
          from (
            select id, name, name_key, subject, site_role
            from users
            where id = ?
            union all
            select id, name, name_key, subject, null
            from former_users
            where id = ?) as target
          where case
          when exists (
            select 1
            from users as holder
            where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
          when exists (
            select 1
            from users as holder
            where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and kind = 'ban'
        limit 100) as place cross
      join messages as m
      where m.room_id = place.room and m.seq >= max((
          with recursive search(low, high) as (
            select 1, 1 + coalesce((
                select max(seq)
                from messages
                where room_id = place.room), 0)
            union all
            select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
            from search
            left join messages as m on m.room_id = place.room and m.seq = (
              select min(seq)
              from messages as n
              where n.room_id = place.room and n.seq >= (low + high)/ 2)
            where low < high)
          select max(low)
          from search), (
          select max(seq)
          from messages
          where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
        select target.id
        from (
          select id, name, name_key, subject, site_role
          from users
          where id = ?
          union all
          select id, name, name_key, subject, null
          from former_users
          where id = ?) as target
        where case
        when exists (
          select 1
          from users as holder
          where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
        when exists (
          select 1
          from users as holder
          where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and m.deleted_at is null
      limit ?) and case
    when files is not null then true end
    limit - 1) cross
  join json_each(sent)) and state = 'used'
returning "id";

update "messages"
set "text" = ?, "deleted_at" = ?, "mentions" = ?, "reactions" = ?, "files" = ?
where (messages.room_id, messages.seq) in (
  select m.room_id, m.seq
  from (
    select room_id as room
    from members
    where user_id = (
      select target.id
      from (
        select id, name, name_key, subject, site_role
        from users
        where id = ?
        union all
        select id, name, name_key, subject, null
        from former_users
        where id = ?) as target
      where case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) union
    select room_id
    from sanctions
    where user_id = (
      select target.id
      from (
        select id, name, name_key, subject, site_role
        from users
        where id = ?
        union all
        select id, name, name_key, subject, null
        from former_users
        where id = ?) as target
      where case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and kind = 'ban'
    limit 100) as place cross
  join messages as m
  where m.room_id = place.room and m.seq >= max((
      with recursive search(low, high) as (
        select 1, 1 + coalesce((
            select max(seq)
            from messages
            where room_id = place.room), 0)
        union all
        select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
        from search
        left join messages as m on m.room_id = place.room and m.seq = (
          select min(seq)
          from messages as n
          where n.room_id = place.room and n.seq >= (low + high)/ 2)
        where low < high)
      select max(low)
      from search), (
      select max(seq)
      from messages
      where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
    select target.id
    from (
      select id, name, name_key, subject, site_role
      from users
      where id = ?
      union all
      select id, name, name_key, subject, null
      from former_users
      where id = ?) as target
    where case
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and m.deleted_at is null
  limit ?);

update "rooms"
set "pinned" = (
  select json_group_array(value)
  from json_each(rooms.pinned)
  where not (true and exists (
      select 1
      from messages
      where messages.room_id = rooms.id and messages.seq = json_each.value and deleted_at is not null)))
where id in (
  select room_id as room
  from members
  where user_id = (
    select target.id
    from (
      select id, name, name_key, subject, site_role
      from users
      where id = ?
      union all
      select id, name, name_key, subject, null
      from former_users
      where id = ?) as target
    where case
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) union
  select room_id
  from sanctions
  where user_id = (
    select target.id
    from (
      select id, name, name_key, subject, site_role
      from users
      where id = ?
      union all
      select id, name, name_key, subject, null
      from former_users
      where id = ?) as target
    where case
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and kind = 'ban'
  limit 100) and exists (
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

update "files"
set "state" = ?, "idempotency_key" = ?, "expires_at" = ?
where (room_id, id) in (
  select room_id, value ->> 'id'
  from held, json_each(held.files)
  where created_at in (
    select created_at
    from (
      select created_at, author_id
      from held indexed by held_newest
      where refused_at is null and created_at >= ?
      order by created_at desc
      limit 5000)
    where author_id = (
      select target.id
      from (
        select id, name, name_key, subject, site_role
        from users
        where id = ?
        union all
        select id, name, name_key, subject, null
        from former_users
        where id = ?) as target
      where case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null)) and held.files is not null) and state = 'used'
returning "id";

update "held"
set "text" = ?, "mentioned" = ?, "refused_at" = ?, "files" = ?
where created_at in (
  select created_at
  from (
    select created_at, author_id
    from held indexed by held_newest
    where refused_at is null and created_at >= ?
    order by created_at desc
    limit 5000)
  where author_id = (
    select target.id
    from (
      select id, name, name_key, subject, site_role
      from users
      where id = ?
      union all
      select id, name, name_key, subject, null
      from former_users
      where id = ?) as target
    where case
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null))
returning "id", "author_id", "room_id", (
  select name_key
  from rooms
  where rooms.id = room_id) as "refused_room_key";

select count(*) as "left_count"
from (
  select 1
  from (
    select room_id as room
    from members
    where user_id = (
      select target.id
      from (
        select id, name, name_key, subject, site_role
        from users
        where id = ?
        union all
        select id, name, name_key, subject, null
        from former_users
        where id = ?) as target
      where case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) union
    select room_id
    from sanctions
    where user_id = (
      select target.id
      from (
        select id, name, name_key, subject, site_role
        from users
        where id = ?
        union all
        select id, name, name_key, subject, null
        from former_users
        where id = ?) as target
      where case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and kind = 'ban'
    limit 100) as place cross
  join messages as m
  where m.room_id = place.room and m.seq >= max((
      with recursive search(low, high) as (
        select 1, 1 + coalesce((
            select max(seq)
            from messages
            where room_id = place.room), 0)
        union all
        select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
        from search
        left join messages as m on m.room_id = place.room and m.seq = (
          select min(seq)
          from messages as n
          where n.room_id = place.room and n.seq >= (low + high)/ 2)
        where low < high)
      select max(low)
      from search), (
      select max(seq)
      from messages
      where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
    select target.id
    from (
      select id, name, name_key, subject, site_role
      from users
      where id = ?
      union all
      select id, name, name_key, subject, null
      from former_users
      where id = ?) as target
    where case
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and m.deleted_at is null);

select rooms.id as "deleted_room_id", name_key as "deleted_room_key"
from rooms
where id in (
  select room_id as room
  from members
  where user_id = (
    select target.id
    from (
      select id, name, name_key, subject, site_role
      from users
      where id = ?
      union all
      select id, name, name_key, subject, null
      from former_users
      where id = ?) as target
    where case
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) union
  select room_id
  from sanctions
  where user_id = (
    select target.id
    from (
      select id, name, name_key, subject, site_role
      from users
      where id = ?
      union all
      select id, name, name_key, subject, null
      from former_users
      where id = ?) as target
    where case
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and target.site_role is null) and kind = 'ban'
  limit 100);
