import 'bootstrap/dist/css/bootstrap.min.css';
import './ui/theme.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place to show anything.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
