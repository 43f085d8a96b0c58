// What the JavaScript SDK v2 is asked to do: `write NAME`, or `read`, as client_scenario.mjs does with v3.

const { createRequire } = require("node:module");

const AWS = createRequire(`${process.env.NODE_PATH}/`)("aws-sdk");

AWS.config.update({ region: "us-east-1", accessKeyId: "test", secretAccessKey: "test" });
const endpoint = process.env.AWS_ENDPOINT_URL_OF_THE_TWIN;
const codedeploy = new AWS.CodeDeploy({ endpoint });
const events = new AWS.EventBridge({ endpoint });
const lambda = new AWS.Lambda({ endpoint });
const sns = new AWS.SNS({ endpoint });
const sqs = new AWS.SQS({ endpoint });

async function write(name) {
  await codedeploy.createApplication({ applicationName: name, computePlatform: "Lambda" }).promise();
  await events.putRule({ Name: name, EventPattern: JSON.stringify({ source: [name] }) }).promise();
  await sns.createTopic({ Name: name }).promise();
  await sqs.createQueue({ QueueName: name }).promise();
}

async function read() {
  const seen = {
    applications: (await codedeploy.listApplications({}).promise()).applications,
    rules: (await events.listRules({}).promise()).Rules.map((rule) => rule.Name),
    functions: (await lambda.listFunctions({}).promise()).Functions.map((each) => each.FunctionName),
    topics: (await sns.listTopics({}).promise()).Topics.map((each) => each.TopicArn.split(":").at(-1)),
    queues: (await sqs.listQueues({}).promise()).QueueUrls.map((url) => url.split("/").at(-1)),
  };
  for (const names of Object.values(seen)) names.sort();
  console.log(JSON.stringify({ ...seen, refused: await refused() }));
}

// The default retries stay on: an error that is not to be repeated is sent once all the same.
async function refused() {
  const found = {};
  for (const [service, request] of [
    ["codedeploy", codedeploy.getApplication({ applicationName: "nobody" })],
    ["lambda", lambda.getFunction({ FunctionName: "nobody" })],
    ["events", events.describeRule({ Name: "nobody" })],
    ["sqs", sqs.getQueueUrl({ QueueName: "nobody" })],
  ]) {
    try {
      await request.promise();
    } catch (thrown) {
      const error = /** @type {any} */ (thrown);
      found[service] = { name: error.code, attempts: request.response.retryCount + 1 };
    }
  }
  return found;
}

(process.argv[2] === "write" ? write(process.argv[3]) : read()).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
