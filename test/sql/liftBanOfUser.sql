select case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end as "ban_refusal", exists (
  select 1
  from users
  where id = ?) or exists (
  select 1
  from sanctions
  where room_id = ? and kind = 'ban' and user_id in (
    select ?
    union all
    select user_id
    from sanctions indexed by sanctions_subject
    where room_id = ? and kind = 'ban' and subject = (
      select subject
      from users
      where id = ?)
    union all
    select user_id
    from sanctions indexed by sanctions_name
    where room_id = ? and kind = 'ban' and name_key = (
      select name_key
      from users
      where id = ?))) as "is_known"
from (
  select 1);

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, ?, ?, auth.now
from (
  select ? as room_id, (
    select id
    from users as holder
    where holder.token_hash = ?) as user_id, ? as now) as auth
where case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and exists (
  select 1
  from sanctions
  where room_id = ? and kind = 'ban' and user_id in (
    select ?
    union all
    select user_id
    from sanctions indexed by sanctions_subject
    where room_id = ? and kind = 'ban' and subject = (
      select subject
      from users
      where id = ?)
    union all
    select user_id
    from sanctions indexed by sanctions_name
    where room_id = ? and kind = 'ban' and name_key = (
      select name_key
      from users
      where id = ?)) and ifnull(until > ?, true));

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
    where kind = 'ban' and not (room_id = ? and kind = 'ban' and user_id in (
        select ?
        union all
        select user_id
        from sanctions indexed by sanctions_subject
        where room_id = ? and kind = 'ban' and subject = (
          select subject
          from users
          where id = ?)
        union all
        select user_id
        from sanctions indexed by sanctions_name
        where room_id = ? and kind = 'ban' and name_key = (
          select name_key
          from users
          where id = ?)))), 0)
where users.id in (
  select ?
  union all
  select users.id
  from sanctions cross
  join users on users.subject = sanctions.subject
  where room_id = ? and kind = 'ban' and user_id in (
    select ?
    union all
    select user_id
    from sanctions indexed by sanctions_subject
    where room_id = ? and kind = 'ban' and subject = (
      select subject
      from users
      where id = ?)
    union all
    select user_id
    from sanctions indexed by sanctions_name
    where room_id = ? and kind = 'ban' and name_key = (
      select name_key
      from users
      where id = ?))
  union all
  select users.id
  from sanctions cross
  join users on users.name_key = sanctions.name_key
  where room_id = ? and kind = 'ban' and user_id in (
    select ?
    union all
    select user_id
    from sanctions indexed by sanctions_subject
    where room_id = ? and kind = 'ban' and subject = (
      select subject
      from users
      where id = ?)
    union all
    select user_id
    from sanctions indexed by sanctions_name
    where room_id = ? and kind = 'ban' and name_key = (
      select name_key
      from users
      where id = ?))) and case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null;

delete
from "sanctions"
where room_id = ? and kind = 'ban' and user_id in (
  select ?
  union all
  select user_id
  from sanctions indexed by sanctions_subject
  where room_id = ? and kind = 'ban' and subject = (
    select subject
    from users
    where id = ?)
  union all
  select user_id
  from sanctions indexed by sanctions_name
  where room_id = ? and kind = 'ban' and name_key = (
    select name_key
    from users
    where id = ?)) and case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null;
