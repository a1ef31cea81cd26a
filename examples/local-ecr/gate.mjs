// A gate on findings with the AWS SDK for JavaScript, and its test against the local ECR. Run it with:
//
//     python -m ecrkit.local --port 5005 --clean-scans --seed examples/local-ecr/seed.yaml
//     npm install @aws-sdk/client-ecr
//     node gate.mjs

import assert from "node:assert/strict";
import { DescribeImageScanFindingsCommand, ECRClient, waitUntilImageScanComplete } from "@aws-sdk/client-ecr";

const endpoint = process.env.AWS_ENDPOINT_URL_ECR ?? "http://127.0.0.1:5005";
const client = new ECRClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

async function criticalFindings(repositoryName, imageTag) {
  const image = { repositoryName, imageId: { imageTag } };
  await waitUntilImageScanComplete({ client, maxWaitTime: 60 }, image);
  const { imageScanFindings } = await client.send(new DescribeImageScanFindingsCommand(image));
  return imageScanFindings.findingSeverityCounts.CRITICAL ?? 0;
}

async function control(path, body) {
  const response = await fetch(`${endpoint}/_local/${path}`, { method: "POST", body: JSON.stringify(body ?? {}) });
  assert.equal(response.status, 200, await response.text());
}

// The seed says what a scan finds.
assert.equal(await criticalFindings("team/app", "1.4.2"), 1);

// The SDK repeats a request that is throttled.
await control("faults", { effect: "throttle", operation: "DescribeImageScanFindings", times: 1 });
assert.equal(await criticalFindings("team/app", "1.4.2"), 1);

const { requests } = await (await fetch(`${endpoint}/_local/requests?operation=DescribeImageScanFindings`)).json();
assert.deepEqual(requests.slice(-3).map((each) => each.fault), ["throttle", null, null]);
console.log("ok");
