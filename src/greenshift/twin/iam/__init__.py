"""IAM as the twin judges it: may this principal perform this operation on these resources?

Comes in: a principal, and an operation with its parameters, from the door or from an HTTP request meant for
moto. Goes out: nothing when the call is allowed, AWS's own refusal when it is not. The evaluator is pure;
``needs`` knows which permissions each operation takes; ``policies`` reads what is attached. The room
refuses to know what any operation does.

Judged are role sessions. The account's root passes; a service that calls without a role is judged by the
resource's own policy, where that service keeps it (``awslambda.policy``). Key policies, service control
policies and session policies are not evaluated.
"""
