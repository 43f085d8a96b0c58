"""The checks, one group per file: pure judgements over what ``reading`` saw, and the words for a person."""
