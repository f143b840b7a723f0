"""What others know events by: schemas, a TypeScript module, an AsyncAPI document and a page."""
