/**
 * Where a Component says which deployments are its own. `github.com/project-slug` names the repository; in a repository
 * that several Components share, the others narrow it down. `*` stands for any text; case does not matter.
 */
export const deploymentTaskAnnotation = "milepost.dev/deployment-task";
export const deploymentEnvironmentAnnotation = "milepost.dev/deployment-environment";
export const workflowAnnotation = "milepost.dev/workflow";

/** As the catalogue flattens an annotation to a searchable field. */
export const fieldOf = (annotation: string): string => `metadata.annotations.${annotation}`.toLowerCase();

/** An annotation's pattern as one of SQL's LIKE. */
export function likePattern(pattern: string): string {
  return pattern
    .toLowerCase()
    .replace(/[\\%_]/g, "\\$&")
    .replaceAll("*", "%");
}
