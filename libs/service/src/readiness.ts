/** Whether the service wants traffic: not before it has started, not while it stops. */
export class Readiness {
  isReady = false;
}
