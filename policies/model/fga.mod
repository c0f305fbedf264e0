schema: '1.2'
contents:
  - people.fga
  - project.fga
  - dataset.fga
  - audit.fga
