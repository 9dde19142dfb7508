-- Counted from completion, two occurrences may be due at the same time: only the number tells them apart, as in the backend.
delete from occurrences old using occurrences newer
where old.series_id = newer.series_id and old.occurrence_number = newer.occurrence_number
  and (old.at, old.occurrence_key) < (newer.at, newer.occurrence_key);
alter table occurrences drop column occurrence_key, add primary key (series_id, occurrence_number);
drop index occurrences_newest;
