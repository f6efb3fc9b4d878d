/** What the editor begins with: the fields that a Component needs. */
export const exampleEntry = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: my-service
  description: What it is for, in a sentence
spec:
  type: service
  lifecycle: production
  owner: my-team
`;
