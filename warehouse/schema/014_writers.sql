-- A lake has many writers, and each may only say of its own runs that they crashed.

ALTER TABLE runs ADD COLUMN writer VARCHAR;
COMMENT ON COLUMN runs.writer IS 'Which of the writers of a lake ran it: a machine and a folder; null in a file, which has one';
