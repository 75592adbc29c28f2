// The generated client names a type that browsers declare and Node does not.
type BodyInit = NonNullable<RequestInit['body']>;
