select "id", "name", "avatar", "protected", "site_role", "created_at", "name_key"
from "users"
where users.token_hash = ?;

select members.room_id as "own_room_id", rooms.name as "room_name", "rooms"."title", iif(owner_id = members.user_id, 'owner', ifnull(members.role, 'guest')) as "shown_role", "members"."joined_at", max(ifnull((
      select max(seq)
      from messages
      where room_id = members.room_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = members.room_id), 0)) as "last_seq", "members"."read_seq", (
  select count(*)
  from (
    select 1
    from (
      select author_id, text
      from messages
      where messages.room_id = members.room_id and seq > read_seq
      order by seq desc
      limit ?)
    where author_id <> members.user_id and text is not null
    limit ?)) as "unread", exists (
  select 1
  from mentions cross
  join messages using(room_id, seq)
  where mentions.user_id = members.user_id and mentions.room_id = members.room_id and seq > read_seq and text is not null) as "mentioned"
from "members"
inner join "rooms" on rooms.id = members.room_id
inner join "users" as target on target.id = members.user_id
where members.user_id = (
  select id
  from users
  where users.token_hash = ?) and members.room_id > ? and not (target.site_role is null and (target.banned_until > ? or owner_id is not target.id and exists (
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
      where kind = 'ban' and ifnull(until > ?, true))))
order by "members"."room_id" asc
limit ?;

select members.room_id as "own_room_id", rooms.name as "room_name", "rooms"."title", iif(owner_id = members.user_id, 'owner', ifnull(members.role, 'guest')) as "shown_role", "members"."joined_at", max(ifnull((
      select max(seq)
      from messages
      where room_id = members.room_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = members.room_id), 0)) as "last_seq", "members"."read_seq", (
  select count(*)
  from (
    select 1
    from (
      select author_id, text
      from messages
      where messages.room_id = members.room_id and seq > read_seq
      order by seq desc
      limit ?)
    where author_id <> members.user_id and text is not null
    limit ?)) as "unread", exists (
  select 1
  from mentions cross
  join messages using(room_id, seq)
  where mentions.user_id = members.user_id and mentions.room_id = members.room_id and seq > read_seq and text is not null) as "mentioned"
from "members"
inner join "rooms" on rooms.id = members.room_id
inner join "users" as target on target.id = members.user_id
where members.user_id = (
  select id
  from users
  where users.token_hash = ?) and members.room_id > ? and rooms.name_key = ? and not (target.site_role is null and (target.banned_until > ? or owner_id is not target.id and exists (
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
      where kind = 'ban' and ifnull(until > ?, true))))
order by "members"."room_id" asc
limit ?;
