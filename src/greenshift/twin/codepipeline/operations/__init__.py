"""The operations of CodePipeline, by what they are about; ``api.CodePipeline`` is all of them together.

Each reads its request, makes one call on the state or the engine, and shows the result with ``views``.
"""
