/** An error that the deploying person has to correct. Its message is complete without a stack. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}
