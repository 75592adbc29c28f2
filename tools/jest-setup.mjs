// CommonJS Nest add-ons require() the ESM @nestjs/* packages: have those fully loaded first.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
