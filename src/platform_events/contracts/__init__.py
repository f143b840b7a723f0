"""What others know events by: schemas, TypeScript, AsyncAPI, a page, and what changed.

======================  ==========================================================================
module                  what it writes, or does
======================  ==========================================================================
``json_schema``         a document for each event; ``schema_tree`` has what documents are made of
``typescript``          one TypeScript module to copy
``npm``                 an npm package with the same contents
``asyncapi``            one AsyncAPI document
``html``                the catalogue as a page; ``field_text`` and ``prose`` are its words
``compatibility``       the comparison with earlier releases
======================  ==========================================================================

Of TypeScript, ``_typescript_types`` writes the types, ``_typescript_zod`` the validators, and
``_typescript_catalogue`` puts them together. What every catalogue has in common is in the sources
of ``typescript_runtime``: ``names.ts`` imports nothing, and ``events.ts`` has what zod lacks.
"""
