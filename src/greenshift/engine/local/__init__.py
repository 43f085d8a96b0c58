"""What programs use beside AWS and needs no cloud: random values, commands, archives; the rest is a stand-in.

provider  the engine's ``Provider``     kinds     what an entry says
random    pulumi_random's types         command   pulumi_command's local ones      archive   pulumi_archive's
"""
