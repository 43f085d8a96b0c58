"""What the engine knows of AWS: one table entry per resource type, one file per service.

    entry     what an entry says          fit     properties -> request parameters, by botocore's model
    calls     one client per service      table   all entries
    provider  the engine's ``Provider``   invokes data sources

An entry uses AWS's own operation names; a property nobody listed is refused by name.
"""
