"""Tables, queries, the unit of work and the migrations."""
