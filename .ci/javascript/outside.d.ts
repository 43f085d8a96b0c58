// What is there when the code runs, and not here: the SDK of the runtime, a member of a template's workspace.
declare module "@aws-sdk/*";
declare module "money";
