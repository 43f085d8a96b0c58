"""Who comes in at the one port, before anything of a request is understood.

In: a request's head. Out: a refusal in the protocol of the service asked, or the place it is for and who
signed it. ``admission.py`` asks the judgement of ``greenshift.loopback``; ``hosts.py`` knows the names the
twin hands out, ``origins.py`` reads those that somebody lets in; ``signature.py`` tells who signed,
``public.py`` what of S3 is everybody's, ``unsigned.py`` which operations AWS lets nobody sign; ``forms.py``
says the errors that all services share in each protocol. Knows no service.
"""
