/** Words of the field that mean the same, as people type them and as names have them. Each line is one meaning. */
const lines = `
db, database
k8s, kubernetes, kube
svc, service
repo, repository
infra, infrastructure
auth, authentication, authorization, login, signin
docs, documentation
env, environment
config, configuration, settings
msg, message
mq, queue, message queue
pubsub, publish subscribe
ci, continuous integration, pipeline, build
cd, continuous delivery, deployment, deploy
fe, frontend
be, backend
ui, user interface
lb, load balancer
gw, gateway
pg, postgres, postgresql
mongo, mongodb
es, elasticsearch
js, javascript
ts, typescript
py, python
golang, go
ml, machine learning
llm, language model
sso, single sign on
iam, identity, access management
dns, domain name
cdn, content delivery
sla, slo, service level
oncall, on call, pager
runbook, playbook
adr, decision record
howto, guide, tutorial
notif, notification
admin, administration
mgmt, management
acct, account
txn, transaction
inv, inventory
qty, quantity
addr, address
cust, customer
sub, subscription
pay, payment
img, image
vm, virtual machine
obs, observability, monitoring
o11y, observability
i18n, internationalization, translation
a11y, accessibility
`;

export const builtInSynonyms: readonly (readonly string[])[] = lines
  .trim()
  .split("\n")
  .map((line) => line.split(", "));
