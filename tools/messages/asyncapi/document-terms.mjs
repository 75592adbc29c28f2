/** The default of AMQP_NAMESPACE. */
export const namespace = 'firmbridge';
/** Of AsyncAPI's AMQP binding. */
export const bindingVersion = '0.3.0';
