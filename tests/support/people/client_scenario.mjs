// What the JavaScript SDK v3 is asked to do: `write NAME`, or `read`, as client_scenario.py does with boto3.

import { createRequire } from "node:module";

const require = createRequire(`${process.env.NODE_PATH}/`);
const { CodeDeployClient, CreateApplicationCommand, GetApplicationCommand, ListApplicationsCommand } =
  require("@aws-sdk/client-codedeploy");
const { EventBridgeClient, PutRuleCommand, ListRulesCommand, DescribeRuleCommand } =
  require("@aws-sdk/client-eventbridge");
const { LambdaClient, ListFunctionsCommand, GetFunctionCommand } = require("@aws-sdk/client-lambda");
const { SNSClient, CreateTopicCommand, ListTopicsCommand } = require("@aws-sdk/client-sns");
const {
  SQSClient,
  CreateQueueCommand,
  ListQueuesCommand,
  GetQueueUrlCommand,
} = require("@aws-sdk/client-sqs");

const settings = {
  endpoint: process.env.AWS_ENDPOINT_URL_OF_THE_TWIN,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
};
const codedeploy = new CodeDeployClient(settings);
const events = new EventBridgeClient(settings);
const lambda = new LambdaClient(settings);
const sns = new SNSClient(settings);
const sqs = new SQSClient(settings);

async function write(name) {
  await codedeploy.send(new CreateApplicationCommand({ applicationName: name, computePlatform: "Lambda" }));
  await events.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify({ source: [name] }) }));
  await sns.send(new CreateTopicCommand({ Name: name }));
  await sqs.send(new CreateQueueCommand({ QueueName: name }));
}

async function read() {
  const seen = {
    applications: (await codedeploy.send(new ListApplicationsCommand({}))).applications,
    rules: (await events.send(new ListRulesCommand({}))).Rules.map((rule) => rule.Name),
    functions: (await lambda.send(new ListFunctionsCommand({}))).Functions.map((each) => each.FunctionName),
    topics: (await sns.send(new ListTopicsCommand({}))).Topics.map((each) => each.TopicArn.split(":").at(-1)),
    queues: (await sqs.send(new ListQueuesCommand({}))).QueueUrls.map((url) => url.split("/").at(-1)),
  };
  for (const names of Object.values(seen)) names.sort();
  console.log(JSON.stringify({ ...seen, refused: await refused() }));
}

// The default retries stay on: an error that is not to be repeated is sent once all the same.
async function refused() {
  const found = {};
  for (const [service, client, command] of [
    ["codedeploy", codedeploy, new GetApplicationCommand({ applicationName: "nobody" })],
    ["lambda", lambda, new GetFunctionCommand({ FunctionName: "nobody" })],
    ["events", events, new DescribeRuleCommand({ Name: "nobody" })],
    ["sqs", sqs, new GetQueueUrlCommand({ QueueName: "nobody" })],
  ]) {
    try {
      await client.send(command);
    } catch (/** @type {any} */ error) {
      found[service] = { name: error.name, attempts: error.$metadata.attempts };
    }
  }
  return found;
}

await (process.argv[2] === "write" ? write(process.argv[3]) : read());
